From Derivlab Require Import Certificate.
Open Scope R_scope.

(** cross-entropy is convex in z *)
Definition yhat (K : nat) (z : nat -> R) (i : nat) : R :=
  (exp (z i)) * (/ (bsum K (fun k => exp (z k)))).
Definition J (K : nat) (yhat : nat -> R) (y : nat -> R) : R :=
  (-1) * (bsum K (fun k => (ln (yhat k)) * (y k))).
Theorem cross_entropy_is_convex_in_z : forall (K : nat) (z : nat -> R) (y : nat -> R) (v : nat -> R),
  (0 < K)%nat ->
  (bsum K (fun k => y k)) = 1 ->
  (forall a, (a < K)%nat -> forall b, (b < K)%nat -> ex_derive (fun t => Derive (fun t1 => J K (yhat K (upd (upd z b t) a t1)) y) (upd z b t a)) (z b)) /\
  0 <= bsum K (fun a => bsum K (fun b => (v a) * (v b) * (Derive (fun t => Derive (fun t1 => J K (yhat K (upd (upd z b t) a t1)) y) (upd z b t a)) (z b)))).
Proof.
  intros K z y v Hsize_K H1.
  split; [intros a Hin_a_; intros b Hin_b_; prove_exists (fun d_ : nat => match d_ with | 0%nat => K | _ => 0%nat end)
    (fun (v_ : nat) (l_ : list nat) => match v_, l_ with | 0%nat, [a_] => z a_ | 1%nat, [a_] => y a_ | 2%nat, [a_] => v a_ | _, _ => 0 end)
    ([0; 0; 0]%nat : list nat) ([b; a; 0]%nat : list nat)
    ([] : list premise)
    0%nat ([0]%nat : list nat)
    (Der 0 [1] (Mul (Num (-1)) (Sum 0 (Mul (Ln (Mul (Exp (Ten 0 [0])) (Inv (Sum 0 (Exp (Ten 0 [0])))))) (Ten 1 [0])))))%nat |].
  prove_nonnegative
    (fun d_ : nat => match d_ with | 0%nat => K | _ => 0%nat end)
    (fun (v_ : nat) (l_ : list nat) => match v_, l_ with | 0%nat, [a_] => z a_ | 1%nat, [a_] => y a_ | 2%nat, [a_] => v a_ | _, _ => 0 end)
    ([0]%nat : list nat) ([0]%nat : list nat)
    ([] : list premise)
    ([([]%nat, (Sum 0 (Ten 1 [0]))%nat, ratio 1 1)] : list equation)
    ([] : list definition)
    (Sum 0 (Sum 0 (Mul (Mul (Ten 2 [1]) (Ten 2 [0])) (Der 0 [0] (Der 0 [1] (Mul (Num (-1)) (Sum 0 (Mul (Ln (Mul (Exp (Ten 0 [0])) (Inv (Sum 0 (Exp (Ten 0 [0])))))) (Ten 1 [0])))))))))%nat
    (Sum 0 (Mul (power (Add (Ten 2 [0]) (Mul (Num (-1)) (Sum 0 (Mul (Ten 2 [0]) (Mul (Exp (Ten 0 [0])) (Inv (Sum 0 (Exp (Ten 0 [0]))))))))) 2) (Mul (Exp (Ten 0 [0])) (Inv (Sum 0 (Exp (Ten 0 [0])))))))%nat.
Qed.
