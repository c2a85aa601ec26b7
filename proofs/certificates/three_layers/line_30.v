From Derivlab Require Import Certificate.
Open Scope R_scope.

(** line 30 *)
Definition h (r : nat) (A : nat -> nat -> R) (x : nat -> R) (u : nat) : R :=
  tanh (bsum r (fun t_ => (A t_ u) * (x t_))).
Definition g (a : nat) (B : nat -> nat -> R) (h : nat -> R) (v : nat) : R :=
  sigma (bsum a (fun u => (B u v) * (h u))).
Definition z (b : nat) (C : nat -> nat -> R) (g : nat -> R) (w : nat) : R :=
  bsum b (fun v => (C v w) * (g v)).
Definition yhat (K : nat) (z : nat -> R) (w : nat) : R :=
  (exp (z w)) * (/ (bsum K (fun k => exp (z k)))).
Definition J (K : nat) (yhat : nat -> R) (y : nat -> R) : R :=
  (-1) * (bsum K (fun k => (ln (yhat k)) * (y k))).
Theorem line_30 : forall (b K r a : nat) (x : nat -> R) (y : nat -> R) (A : nat -> nat -> R) (B : nat -> nat -> R) (C : nat -> nat -> R) (t_ u : nat),
  (0 < b)%nat ->
  (0 < K)%nat ->
  (0 < r)%nat ->
  (0 < a)%nat ->
  (t_ < r)%nat ->
  (u < a)%nat ->
  (bsum K (fun k => y k)) = 1 ->
  is_derive (fun t => J K (yhat K (z b C (g a B (h r (upd2 A t_ u t) x)))) y) (A t_ u)
    ((1 + (-1) * ((h r A x u) ^ 2)) * (x t_) * (bsum b (fun v => (1 + (-1) * (g a B (h r A x) v)) * (B u v) * (g a B (h r A x) v) * (bsum K (fun w => ((-1) * (y w) + yhat K (z b C (g a B (h r A x))) w) * (C v w)))))).
Proof.
  intros b K r a x y A B C t_ u Hsize_b Hsize_K Hsize_r Hsize_a Hin_t_ Hin_u H1.
  prove_derivative
    (fun d_ : nat => match d_ with | 0%nat => b | 1%nat => K | 2%nat => r | 3%nat => a | _ => 0%nat end)
    (fun (v_ : nat) (l_ : list nat) => match v_, l_ with | 0%nat, [a_] => x a_ | 1%nat, [a_] => y a_ | 2%nat, [a_; b_] => A a_ b_ | 3%nat, [a_; b_] => B a_ b_ | 4%nat, [a_; b_] => C a_ b_ | _, _ => 0 end)
    ([2; 3; 0; 1; 2; 3]%nat : list nat) ([t_; u; 0; 0; 0; 0]%nat : list nat)
    ([] : list premise)
    ([([]%nat, (Sum 1 (Ten 1 [0]))%nat, ratio 1 1)] : list equation)
    ([] : list definition)
    2%nat ([0; 1]%nat : list nat)
    (Mul (Num (-1)) (Sum 1 (Mul (Ln (Mul (Exp (Sum 0 (Mul (Ten 4 [0; 1]) (Sgm (Sum 3 (Mul (Ten 3 [0; 1]) (Tnh (Sum 2 (Mul (Ten 2 [0; 1]) (Ten 0 [0])))))))))) (Inv (Sum 1 (Exp (Sum 0 (Mul (Ten 4 [0; 1]) (Sgm (Sum 3 (Mul (Ten 3 [0; 1]) (Tnh (Sum 2 (Mul (Ten 2 [0; 1]) (Ten 0 [0])))))))))))))) (Ten 1 [0]))))%nat
    (Mul (Mul (Add (Num 1) (Mul (Num (-1)) (power (Tnh (Sum 2 (Mul (Ten 2 [0; 2]) (Ten 0 [0])))) 2))) (Ten 0 [0])) (Sum 0 (Mul (Mul (Mul (Add (Num 1) (Mul (Num (-1)) (Sgm (Sum 3 (Mul (Ten 3 [0; 1]) (Tnh (Sum 2 (Mul (Ten 2 [0; 1]) (Ten 0 [0]))))))))) (Ten 3 [2; 0])) (Sgm (Sum 3 (Mul (Ten 3 [0; 1]) (Tnh (Sum 2 (Mul (Ten 2 [0; 1]) (Ten 0 [0])))))))) (Sum 1 (Mul (Add (Mul (Num (-1)) (Ten 1 [0])) (Mul (Exp (Sum 0 (Mul (Ten 4 [0; 1]) (Sgm (Sum 3 (Mul (Ten 3 [0; 1]) (Tnh (Sum 2 (Mul (Ten 2 [0; 1]) (Ten 0 [0])))))))))) (Inv (Sum 1 (Exp (Sum 0 (Mul (Ten 4 [0; 1]) (Sgm (Sum 3 (Mul (Ten 3 [0; 1]) (Tnh (Sum 2 (Mul (Ten 2 [0; 1]) (Ten 0 [0])))))))))))))) (Ten 4 [1; 0]))))))%nat.
Qed.
